/** The routes of the application. @param {import('egg').Application} app */
export default (app) => {
  app.get('/hello', (context) => {
    context.set('X-App', 'egg');
    context.body = 'hello';
  });
};
